// How far probabilities are from other ones, and how sure a comparison of two
// such distances is.

const largestOf = (a, b) => a.reduce((most, p, token) => Math.max(most, Math.abs(p - b[token])), 0);

// Compares the probabilities after each token that both were given.
export function largestDifference(a, b) {
  return a.reduce((most, { tokens, rows }, i) =>
    tokens.reduce((mostHere, _, row) => Math.max(mostHere, largestOf(rows[row], b[i].rows[row])), most), 0);
}

// The sum over each text's tokens of the absolute differences of logarithms from
// the exact ones, over next tokens that matter, and how many these are.
function lossesByText(answers, exact) {
  return answers.map((answer, i) => {
    let sum = 0;
    let count = 0;
    for (let row = 0; row < answer.tokens.length; ++row) {
      exact[i].rows[row].forEach((p, token) => {
        if (p < 1e-4) return;
        sum += Math.abs(Math.log(Math.max(answer.rows[row][token], 1e-30) / p));
        ++count;
      });
    }
    return { sum, count };
  });
}

const total = (list, of) => list.reduce((sum, each) => sum + of(each), 0);

// Two means of those differences and their ratio, with its standard error by
// the jackknife: the ratio is computed without each text in turn.
export function compareLosses(here, exactHere, there, exactThere) {
  const a = lossesByText(here, exactHere);
  const b = lossesByText(there, exactThere);
  const [sumA, sumB] = [total(a, (t) => t.sum), total(b, (t) => t.sum)];
  const without = a.map((text, i) => (sumA - text.sum) / (sumB - b[i].sum));
  const mean = total(without, (r) => r) / a.length;
  const error = Math.sqrt(((a.length - 1) / a.length) * total(without, (r) => (r - mean) ** 2));
  return { here: sumA / total(a, (t) => t.count), there: sumB / total(b, (t) => t.count), ratio: sumA / sumB, error };
}

// e to the mean loss of the texts' tokens after the first of each.
export function perplexityOf(answers) {
  let loss = 0;
  let count = 0;
  for (const { tokens, rows } of answers) {
    for (let i = 1; i < tokens.length; ++i) loss -= Math.log(rows[i - 1][tokens[i]]);
    count += tokens.length - 1;
  }
  return Math.exp(loss / count);
}

// The row after which two continuations of a text part; -1 where they are the
// same.
function partingRow(a, b) {
  const at = a.greedy.findIndex((token, i) => token !== b.greedy[i]);
  return at < 0 ? -1 : a.tokens.length - 1 + at;
}

// How much likelier each program found its token than the other's, where their
// continuations part; 0 where they are the same.
function gapAtParting(a, b) {
  const row = partingRow(a, b);
  if (row < 0) return 0;
  const [one, other] = [a, b].map(({ tokens, greedy }) => greedy[row + 1 - tokens.length]);
  const [p, q] = [a.rows[row], b.rows[row]];
  return p[one] - p[other] + q[other] - q[one];
}

// The largest difference of the probabilities after what both have in common,
// but where they part.
function largestBeforeParting(a, b) {
  const row = partingRow(a, b);
  return (row < 0 ? a.rows : a.rows.slice(0, row)).reduce((most, p, i) => Math.max(most, largestOf(p, b.rows[i])), 0);
}

// Where two tokens are as likely, rounding decides. Continuations may part where
// the programs, which differ by `largest` at most elsewhere, see a smaller gap
// than that explains: two tokens whose probabilities each differ, by half as
// much again.
export function compareGreedy(here, there) {
  const largest = here.reduce((most, answer, i) => Math.max(most, largestBeforeParting(answer, there[i])), 0);
  const gaps = here.map((answer, i) => gapAtParting(answer, there[i]));
  return { equal: here.filter((answer, i) => partingRow(answer, there[i]) < 0).length, largestGap: Math.max(...gaps),
    allowed: 3 * largest };
}
