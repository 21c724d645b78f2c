// Compares what pi-ring and llama.cpp compute from the same GGUF files, which
// pi-ring writes: node llama_cpp_compare.mjs PI_RING NEXT_TOKENS MODEL... Each
// model is a folder. The last line has the counts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const kTokens = 24;
const kProbability = 1e-3;  // of f32
const kTypes = ["f16", "bf16", "q8_0", "q6_k", "q5_k_m", "q5_1", "q5_0", "q4_k_m", "q4_1", "q4_0"];
const kWords = ["Once", "upon", "a", "time", "there", "was", "a", "little", "dog", "named", "Tim.", "He", "liked", "to", "play",
  "in", "the", "big", "park", "with", "his", "friend", "Lily", "and", "they", "were", "happy"];

const [piRing, nextTokens, ...models] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "pi-ring-llama-cpp-"));
let passed = 0;
let failed = 0;

function count(isRight, what) {
  console.log(`${isRight ? "ok  " : "FAIL"} ${what}`);
  isRight ? ++passed : ++failed;
}

// Fifty texts of one to a dozen words.
const texts = Array.from({ length: 50 }, (_, i) =>
  Array.from({ length: 1 + (i % 12) }, (_, j) => kWords[(i * 5 + j) % kWords.length]).join(" "));

const lines = (text) => text.trim().split("\n").map((line) => JSON.parse(line));
const run = (program, args, input) =>
  execFileSync(program, args, { input, maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "inherit"] }).toString();

// By text, each the probabilities in the order of the tokens' ids.
function theirs(file) {
  const script = new URL("llama_cpp.mjs", import.meta.url).pathname;
  return lines(run(process.execPath, [script, file, String(kTokens)], JSON.stringify(texts))).map((answer) => {
    const all = [];
    for (const [token, probability] of answer.probabilities) all[token] = probability;
    return { ...answer, probabilities: all };
  });
}

const ours = (file, answers) =>
  lines(run(nextTokens, [file, String(kTokens)], answers.map((a) => JSON.stringify({ tokens: a.tokens })).join("\n")));

function largestDifference(a, b) {
  let largest = 0;
  a.forEach((answer, i) => answer.probabilities.forEach((p, token) => {
    largest = Math.max(largest, Math.abs(p - b[i].probabilities[token]));
  }));
  return largest;
}

// The mean absolute difference of the logarithms, over tokens that matter.
function meanDifference(a, exact) {
  let sum = 0;
  let n = 0;
  exact.forEach((answer, i) => answer.probabilities.forEach((p, token) => {
    if (p < 1e-4) return;
    sum += Math.abs(Math.log(Math.max(a[i].probabilities[token], 1e-30)) - Math.log(p));
    ++n;
  }));
  return sum / n;
}

const sameTexts = (a, b) => a.filter((answer, i) => answer.greedy.join() === b[i].greedy.join()).length;

function write(model, type) {
  const file = join(work, `${basename(model)}-${type}.gguf`);
  execFileSync(piRing, ["quantize", model, "--type", type, "-o", file], { stdio: ["ignore", "ignore", "inherit"] });
  return file;
}

function compareModel(model) {
  const name = basename(model);
  const exact = write(model, "f32");
  const f32 = theirs(exact);
  const own = ours(exact, f32);
  const largest = largestDifference(own, f32);
  count(largest < kProbability, `${name} f32: probabilities differ by ${largest.toExponential(1)} at most`);
  const same = sameTexts(own, f32);
  count(same === texts.length, `${name} f32: ${same} of ${texts.length} greedy texts are the same`);
  for (const type of kTypes) {
    const file = write(model, type);
    const a = theirs(file);
    const b = ours(file, a);
    // Each against its own f32: the two differ by 1e-4 to 1e-3 there already.
    const lostThere = meanDifference(a, f32);
    const lostHere = meanDifference(b, own);
    // As long as both read the same blocks, the rest is how inputs are rounded.
    count(lostHere <= lostThere * 1.02 + 1e-6, `${name} ${type}: log-probabilities lose ${lostHere.toFixed(5)} here, ` +
      `${lostThere.toFixed(5)} there; ${sameTexts(a, b)} of ${texts.length} greedy texts are the same`);
  }
}

try {
  for (const model of models) compareModel(model);
} finally {
  rmSync(work, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
