// Compares what pi-ring and llama.cpp compute from the same GGUF files, which
// pi-ring writes: node llama_cpp_compare.mjs PI_RING NEXT_TOKENS [MODEL TEXT]...
// MODEL is a folder, and TEXT a file with texts that it should predict well, cut
// by <|endoftext|> or empty lines. The first model is compared in every type. The
// last line has the counts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { compareGreedy, compareLosses, largestDifference, perplexityOf } from "./losses.mjs";
import { ours, theirs } from "./predictions.mjs";
import { families, makeModel, wide } from "./random_models.mjs";
import { textsFor } from "./texts.mjs";

const kProbability = 1e-3;  // of f32
const kPrompts = 50;
const kGreedyTokens = 24;
const kTypes = ["f16", "bf16", "q8_0", "q6_k", "q5_k_m", "q5_1", "q5_0", "q4_k_m", "q4_1", "q4_0"];
const kPerplexities = ["q8_0", "q4_k_m", "q4_0"];
const kStories = 20;
const kStoryLength = 300;  // characters
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

// Texts of one to a dozen words.
const prompts = Array.from({ length: kPrompts }, (_, i) =>
  Array.from({ length: 1 + (i % 12) }, (_, j) => kWords[(i * 5 + j) % kWords.length]).join(" "));
const storiesIn = (file) => readFileSync(file, "utf8").split(/<\|endoftext\|>|\n\n+/).map((story) => story.trim())
  .filter((story) => story.length >= kStoryLength).slice(0, kStories).map((story) => story.slice(0, kStoryLength));
const hardTexts = textsFor(400, 7).filter((text) => !text.includes("\0"));

const same = (a, b, what) => a.filter((answer, i) => answer[what].join() === b[i][what].join()).length;
const tokensOf = (answers) => answers.map(({ tokens }) => tokens);

async function compareTokens(name, file) {
  // llama.cpp knows no normal forms, which the tokenizers of Qwen ask for.
  const texts = hardTexts.map((text) => text.normalize("NFC"));
  const equal = same(await ours(nextTokens, file, texts, 0), await theirs(file, texts, 0), "tokens");
  count(equal === texts.length, `${name}: ${equal} of ${texts.length} texts have the same tokens`);
}

async function comparePrompts(name, file) {
  const there = await theirs(file, prompts, kGreedyTokens);
  const here = await ours(nextTokens, file, tokensOf(there), kGreedyTokens);
  const largest = largestDifference(here, there);
  count(largest < kProbability, `${name}: probabilities differ by ${largest.toExponential(1)} at most`);
  const equal = same(here, there, "greedy");
  count(equal === kPrompts, `${name}: ${equal} of ${kPrompts} greedy texts are the same`);
}

async function compareFamily(name, family) {
  const folder = join(work, name.replaceAll(/\W/g, "-"));
  makeModel(piRing, family, folder);
  const file = `${folder}.gguf`;
  execFileSync(piRing, ["export", folder, "--to", "gguf", "-o", file], { stdio: "pipe" });
  await compareTokens(name, file);
  await comparePrompts(name, file);
}

function write(model, type) {
  const file = join(work, `${basename(model)}-${type}.gguf`);
  execFileSync(piRing, ["quantize", model, "--type", type, "-o", file], { stdio: "pipe" });
  return file;
}

// Both programs round inputs to numbers of 8 bits, each in its own way, and what
// they lose by that is as good as random: over 50 texts of six tokens one of two
// equal programs may lose 5 % more than the other. So the ratio of the losses is
// given with its standard error. Pi-ring may not lose more, by what three such
// errors leave open and a part in 500, which order of sums alone may decide. The
// error has to be small enough to see 6 %.
function compareType(name, here, exactHere, there, exactThere) {
  const losses = compareLosses(here, exactHere, there, exactThere);
  const isExact = losses.here === 0;  // the weights were of this type before
  const isRight = isExact || (losses.ratio <= 1.002 + 3 * losses.error && losses.error < 0.02);
  count(isRight, `${name}: log-probabilities lose ${losses.here.toFixed(5)} here, ${losses.there.toFixed(5)} there` +
    (isExact ? "" : `: ${losses.ratio.toFixed(3)} +- ${losses.error.toFixed(3)} of it`));
}

function compareTexts(name, here, there) {
  const { equal, largestGap, allowed } = compareGreedy(here, there);
  const parted = here.length - equal;
  count(largestGap <= allowed, `${name}: ${equal} of ${here.length} greedy texts are the same` +
    (parted > 0 ? `; ${parted} part at gaps up to ${largestGap.toFixed(3)}, where ${allowed.toFixed(3)} may` : ""));
}

// Returns the perplexities by type.
async function compareModel(model, text, types) {
  const name = basename(model);
  const exact = write(model, "f32");
  await compareTokens(name, exact);
  await comparePrompts(`${name} f32`, exact);
  const f32 = await theirs(exact, storiesIn(text), kGreedyTokens);
  const lists = tokensOf(f32);
  const own = await ours(nextTokens, exact, lists, kGreedyTokens);
  const perplexities = [["f32", perplexityOf(own), perplexityOf(f32)]];
  for (const type of types) {
    const file = write(model, type);
    const [there, here] = await Promise.all([theirs(file, lists, kGreedyTokens), ours(nextTokens, file, lists, kGreedyTokens)]);
    compareType(`${name} ${type}`, here, own, there, f32);
    compareTexts(`${name} ${type}`, here, there);
    perplexities.push([type, perplexityOf(here), perplexityOf(there)]);
    rmSync(file);
  }
  return { name, perplexities };
}

function printPerplexities({ name, perplexities }) {
  for (const [type, here, there] of perplexities) {
    if (type !== "f32" && !kPerplexities.includes(type)) continue;
    console.log(`     ${name} ${type}: perplexity ${here.toPrecision(6)} here, ${there.toPrecision(6)} there`);
  }
}

try {
  for (const [name, family] of Object.entries(families)) await compareFamily(name, family);
  const [model, text, ...others] = models;
  printPerplexities(await compareModel(model, text, kTypes));
  makeModel(piRing, wide, join(work, "wide"));
  await compareModel(join(work, "wide"), text, kTypes);
  for (let i = 0; i < others.length; i += 2) {
    printPerplexities(await compareModel(others[i], others[i + 1], kPerplexities));
  }
} finally {
  rmSync(work, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
