// Compares the ids of pi-ring's tokenizers with those of Hugging Face's library:
// node compare.mjs ENCODE_TEXTS [STORIES]. The last line has the counts.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tokenizer } from "@anush008/tokenizers";
import { longTexts, textsFor } from "./texts.mjs";
import { realTokenizers } from "./tokenizers.mjs";
import { goldens } from "./goldens.mjs";

const kTexts = 2000;
const [program, stories] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "pi-ring-oracles-"));
let passed = 0;
let failed = 0;
let skipped = 0;

function count(isRight, what) {
  console.log(`${isRight ? "ok  " : "FAIL"} ${what}`);
  isRight ? ++passed : ++failed;
}

function ours(tokenizer, texts) {
  writeFileSync(join(work, "tokenizer.json"), JSON.stringify(tokenizer));
  writeFileSync(join(work, "texts.json"), JSON.stringify(texts));
  const out = execFileSync(program, [work, join(work, "texts.json")], { maxBuffer: 1 << 30 });
  return JSON.parse(out);
}

async function theirs(library, texts) {
  const tokens = [];
  for (const text of texts) tokens.push((await library.encode(text)).getIds());
  return tokens;
}

const same = (a, b) => a.length === b.length && a.every((id, i) => id === b[i]);

function firstDifference(texts, a, b) {
  const i = texts.findIndex((_, at) => !same(a[at], b[at]));
  return i < 0 ? "" : `; first at ${JSON.stringify(texts[i].slice(0, 80))}: ${a[i].slice(0, 12)} and ${b[i].slice(0, 12)}`;
}

// A text that the normal form changes cannot come back as it was.
function comesBack(tokenizer, texts, cameBack) {
  const form = JSON.stringify(tokenizer.normalizer ?? null).match(/"(NFK?[CD])"/)?.[1];
  return texts.filter((text, i) => !cameBack[i] && (!form || text.normalize(form) === text) && !text.includes("\u2581"));
}

async function compare(name, tokenizer, texts, what) {
  const library = Tokenizer.fromString(JSON.stringify(tokenizer));
  const started = performance.now();
  const expected = await theirs(library, texts);
  const seconds = (performance.now() - started) / 1000;
  const found = ours(tokenizer, texts);
  const different = texts.filter((_, i) => !same(found.tokens[i], expected[i])).length;
  count(different === 0, `${name}: ${texts.length - different} of ${texts.length} ${what} have the same ids` +
    firstDifference(texts, found.tokens, expected));
  const lost = comesBack(tokenizer, texts, found.came_back);
  count(lost.length === 0, `${name}: ${what} come back from their ids` +
    (lost.length ? `; not ${JSON.stringify(lost[0].slice(0, 80))}, ${lost.length} in all` : ""));
  return { bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0), seconds, found };
}

async function compareReal(name, tokenizer) {
  await compare(name, tokenizer, textsFor(kTexts), "texts");
  await compare(name, tokenizer, longTexts, "long texts");
  if (!stories || !existsSync(stories)) {
    console.log(`skip ${name}: there are no stories`);
    ++skipped;
    return;
  }
  const text = readFileSync(stories, "utf8");
  const { bytes, seconds, found } = await compare(name, tokenizer, [text], "stories");
  console.log(`     ${name}: reads its file in ${found.open_seconds.toFixed(2)} s; encodes ` +
    `${found.megabytes_a_second.toFixed(1)} MB/s, Hugging Face's library ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`);
}

try {
  for (const [name, tokenizer] of Object.entries(await realTokenizers())) await compareReal(name, tokenizer);
  await goldens(count);
} finally {
  rmSync(work, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
