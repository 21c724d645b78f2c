// Asks llama.cpp what comes next: node llama_cpp.mjs MODEL.gguf COUNT
// PROBABILITIES < TEXTS. TEXTS is a JSON list of texts, or of lists of tokens.
// Prints a JSON object a text: its tokens, and the greedy continuation by COUNT
// tokens, where COUNT is not 0. The probabilities of all tokens after each token
// of a text, and after each of its continuation but the last, go to the file
// PROBABILITIES, as f32 and without anything between them.
import { openSync, readFileSync, writeSync } from "node:fs";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [path, asked, out] = process.argv.slice(2);
const count = Number(asked);
const texts = JSON.parse(readFileSync(0, "utf8"));
const file = openSync(out, "w");
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: path, useMmap: true });
// Unless asked otherwise it keeps keys and values in f16, and its flash attention
// rounds to f16 even where the cache is in f32.
const context = await model.createContext({
  contextSize: 256,
  threads: 1,
  flashAttention: false,
  experimentalKvCacheKeyType: "F32",
  experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();

function tokensOf(text) {
  if (Array.isArray(text)) return text;
  const tokens = model.tokenize(text);
  const begin = model.tokens.bos;
  return model.tokens.shouldPrependBosToken && begin !== null ? [begin, ...tokens] : tokens;
}

// Writes the probabilities after each of these tokens, and returns the likeliest
// token after the last.
async function likeliestAfter(tokens) {
  const each = tokens.map((token) => [token, { generateNext: { probabilities: true } }]);
  let likeliest = 0;
  for (const { next } of await sequence.controlledEvaluate(each)) {
    const row = new Float32Array(next.probabilities.size);
    for (const [token, probability] of next.probabilities) row[token] = probability;
    writeSync(file, new Uint8Array(row.buffer));
    likeliest = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  }
  return likeliest;
}

async function answer(text) {
  const tokens = tokensOf(text);
  if (count === 0) return { tokens };
  await sequence.clearHistory();
  const greedy = [await likeliestAfter(tokens)];
  while (greedy.length < count && !model.isEogToken(greedy.at(-1))) {
    greedy.push(await likeliestAfter([greedy.at(-1)]));
  }
  return { tokens, greedy };
}

for (const text of texts) console.log(JSON.stringify(await answer(text)));
process.exit(0);
