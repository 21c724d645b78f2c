// Asks llama.cpp what comes next after each text:
// node llama_cpp.mjs MODEL.gguf COUNT < TEXTS, a JSON list. Prints a JSON object
// a text: its tokens, the probabilities of all next tokens, and the greedy
// continuation of COUNT tokens.
import { readFileSync } from "node:fs";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [path, count] = process.argv.slice(2);
const texts = JSON.parse(readFileSync(0, "utf8"));
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: path, useMmap: true });
// Its cache of keys and values is in f16 unless asked otherwise.
const context = await model.createContext({
  contextSize: 256,
  threads: 1,
  experimentalKvCacheKeyType: "F32",
  experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();

function tokensOf(text) {
  const tokens = model.tokenize(text);
  const begin = model.tokens.bos;
  return model.tokens.shouldPrependBosToken && begin !== null ? [begin, ...tokens] : tokens;
}

async function nextOf(tokens) {
  const last = [tokens.at(-1), { generateNext: { probabilities: true, token: true, options: { temperature: 0 } } }];
  const output = await sequence.controlledEvaluate([...tokens.slice(0, -1), last]);
  return output.at(-1).next;
}

for (const text of texts) {
  await sequence.clearHistory();
  const tokens = tokensOf(text);
  let next = await nextOf(tokens);
  const probabilities = [...next.probabilities];
  const greedy = [];
  while (greedy.length < Number(count)) {
    greedy.push(next.token);
    if (model.isEogToken(next.token)) break;
    next = await nextOf([next.token]);
  }
  console.log(JSON.stringify({ tokens, probabilities, greedy }));
}
process.exit(0);
