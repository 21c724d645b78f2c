// What pi-ring and llama.cpp predict for the same texts.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function run(program, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    const parts = [];
    child.stdout.on("data", (part) => parts.push(part));
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve(Buffer.concat(parts).toString());
      else reject(new Error(`${program} ended with ${status}`));
    });
    child.stdin.end(input);
  });
}

const parse = (lines) => lines.trim().split("\n").map((line) => JSON.parse(line));

// Gives each answer its rows: row i has the probabilities of what follows token
// i of the text and its continuation.
function withRows(answers, bytes) {
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const lengths = answers.map((answer) => answer.tokens.length + answer.greedy.length - 1);
  const vocab = all.length / lengths.reduce((a, b) => a + b, 0);
  let at = 0;
  return answers.map((answer, i) => {
    const rows = Array.from({ length: lengths[i] }, (_, j) => all.subarray((at + j) * vocab, (at + j + 1) * vocab));
    at += lengths[i];
    return { ...answer, rows };
  });
}

async function withFile(count, ask) {
  const folder = mkdtempSync(join(tmpdir(), "pi-ring-predictions-"));
  const file = join(folder, "probabilities");
  try {
    const answers = parse(await ask(file));
    return count === 0 ? answers : withRows(answers, readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// For each text, which is a string or a list of tokens: its tokens, the `count`
// that follow, and their rows, where `count` is not 0.
export const theirs = (model, texts, count) => withFile(count, (file) => {
  const script = new URL("llama_cpp.mjs", import.meta.url).pathname;
  return run(process.execPath, [script, model, String(count), file], JSON.stringify(texts));
});

export const ours = (nextTokens, model, texts, count) => withFile(count, (file) => {
  const lines = texts.map((text) => JSON.stringify(Array.isArray(text) ? { tokens: text } : { text }));
  return run(nextTokens, [model, String(count), file], lines.join("\n"));
});
