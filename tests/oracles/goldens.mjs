// The goldens that pi-ring's own tests hold its tokenizers to: small tokenizers
// with every feature, and the ids that Hugging Face's library gives for texts.
// `node goldens.mjs --write` writes them; the comparison checks them again.
import { readFileSync, writeFileSync } from "node:fs";
import { Tokenizer } from "@anush008/tokenizers";
import { textsFor } from "./texts.mjs";
import { added, bpe, sentencepiece, spelled } from "./tokenizers.mjs";

const file = new URL("goldens.json", import.meta.url);
const kTexts = 140;

const words = ["th", "the", "he", "in", "ing", "on", "Onc", "ce", "up", "upon", "ti", "tim", "time", "me", "to", "ke", "en",
  "ab", "llo", "ll", "lo", "12", "23", "34", "'s", "..", "  ", "    "];

// Pieces and merges that build each word from the left.
function vocabulary(letters, spell) {
  const pieces = [...letters];
  const known = new Set(pieces);
  const merges = [];
  for (const word of words.flatMap((word) => [word, ` ${word}`])) {
    const characters = Array.from(spell(word));
    for (let i = 1; i < characters.length; ++i) {
      const left = characters.slice(0, i).join("");
      const piece = left + characters[i];
      if (known.has(piece) || !known.has(left)) continue;
      known.add(piece);
      pieces.push(piece);
      merges.push(`${left} ${characters[i]}`);
    }
  }
  return { pieces, merges };
}

function byteLevel() {
  const bytes = Array.from({ length: 256 }, (_, byte) => spelled([byte]));
  const { pieces, merges } = vocabulary(bytes, (word) => spelled(Buffer.from(word)));
  const step = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return { version: "1.0", added_tokens: [added(pieces.length, "<|endoftext|>")], normalizer: null, pre_tokenizer: step,
    post_processor: null, decoder: step, model: bpe(pieces, merges) };
}

function spaces() {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  const letters = Array.from("▁abcdefghijklmnopqrstuvwxyzOIXH0123456789.,!?'é漢");
  const { pieces, merges } = vocabulary(["<unk>", "<s>", "</s>", ...bytes, ...letters], (word) => word.replaceAll(" ", "▁"));
  return sentencepiece(pieces, merges);
}

const split = (pattern, behavior, invert = false) => ({ type: "Split", pattern, behavior, invert });
const bytesOnly = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
const cut = (...steps) => ({ type: "Sequence", pretokenizers: [...steps, bytesOnly] });
const llama3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const qwen2 = llama3.replace("{1,3}", "");
const next = (base, i) => Object.keys(base.model.vocab).length + i;

// Changes of the two tokenizers, each with a feature.
const changes = {
  bytes: {
    "gpt2": () => ({}),
    "llama3": () => ({ pre_tokenizer: cut(split({ Regex: llama3 }, "Isolated")), model: { ignore_merges: true } }),
    "qwen2": () => ({ normalizer: { type: "NFC" }, pre_tokenizer: cut(split({ Regex: qwen2 }, "Isolated")) }),
    "digits": () => ({ pre_tokenizer: { type: "Sequence", pretokenizers: [
      { type: "Digits", individual_digits: true }, { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true }] } }),
    "runs of digits": () => ({ pre_tokenizer: cut({ type: "Digits", individual_digits: false }) }),
    "no cuts": () => ({ pre_tokenizer: bytesOnly }),
    "prefix space": () => ({ pre_tokenizer: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true } }),
    "split, merged with previous": () => ({ pre_tokenizer: cut(split({ String: " " }, "MergedWithPrevious")) }),
    "split, merged with next": () => ({ pre_tokenizer: cut(split({ String: " " }, "MergedWithNext")) }),
    "split, contiguous": () => ({ pre_tokenizer: cut(split({ Regex: "\\s" }, "Contiguous")) }),
    "split, inverted": () => ({ pre_tokenizer: cut(split({ Regex: "[^\\s]+" }, "Isolated", true)) }),
    "split, removed": () => ({ pre_tokenizer: cut(split({ Regex: "\\s+" }, "Removed")) }),
    "nfkc": () => ({ normalizer: { type: "NFKC" } }),
    "nfd": () => ({ normalizer: { type: "NFD" } }),
    "replaced": () => ({ normalizer: { type: "Sequence", normalizers: [
      { type: "Replace", pattern: { Regex: "[\\r\\n]+" }, content: " " }, { type: "NFC" }] } }),
    "merges as pairs": (base) => ({ model: { merges: base.model.merges.map((merge) => merge.split(" ")) } }),
    "added": (base) => ({ added_tokens: [
      added(next(base, 0), "<|endoftext|>"), added(next(base, 1), "<think>", { special: false }),
      added(next(base, 2), "Once", { special: false, single_word: true }),
      added(next(base, 3), "<s>", { lstrip: true }), added(next(base, 4), "</s>", { rstrip: true }),
      added(next(base, 5), "\n\n", { special: false }), added(next(base, 6), "\n\n\n", { special: false })] }),
    "added and normalized": (base) => ({ normalizer: { type: "NFC" }, added_tokens: [
      added(next(base, 0), "Zu\u0308r", { special: false, normalized: true }), added(next(base, 1), "<s>", { normalized: true })] }),
    "template": (base) => ({ added_tokens: [added(next(base, 0), "<b>"), added(next(base, 1), "<e>")],
      post_processor: { type: "Sequence", processors: [bytesOnly, { type: "TemplateProcessing",
        single: [{ SpecialToken: { id: "<b>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } },
          { SpecialToken: { id: "<e>", type_id: 0 } }],
        pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
        special_tokens: { "<b>": { id: "<b>", ids: [next(base, 0)], tokens: ["<b>"] },
          "<e>": { id: "<e>", ids: [next(base, 1)], tokens: ["<e>"] } } }] } }),
  },
  spaces: {
    "llama": () => ({}),
    "unknown, fused": () => ({ model: { byte_fallback: false } }),
    "unknown, each": () => ({ model: { byte_fallback: false, fuse_unk: false } }),
    "no post-processor": () => ({ post_processor: null }),
    "gemma": (base) => ({ normalizer: { type: "Replace", pattern: { String: " " }, content: "▁" },
      pre_tokenizer: split({ String: " " }, "MergedWithPrevious"),
      decoder: { type: "Sequence", decoders: [{ type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" }, { type: "Fuse" }] },
      added_tokens: [...base.added_tokens, added(next(base, 0), "\n\n", { special: false }),
        added(next(base, 1), "▁▁▁▁▁▁", { special: false })] }),
    "metaspace, always": () => ({ normalizer: null,
      pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true } }),
    "metaspace, first": () => ({ normalizer: null,
      pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: false } }),
    "metaspace, never": () => ({ normalizer: null,
      pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: true } }),
    "metaspace, older": () => ({ normalizer: null,
      pre_tokenizer: { type: "Metaspace", replacement: "▁", add_prefix_space: true } }),
  },
};

// A JSON merge patch, as pi-ring's test applies it.
function patched(base, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const result = base !== null && typeof base === "object" && !Array.isArray(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = patched(result[key], value);
  }
  return result;
}

async function made() {
  const texts = textsFor(kTexts, 7);
  const bases = { bytes: byteLevel(), spaces: spaces() };
  const tokenizers = [];
  for (const [base, variants] of Object.entries(changes)) {
    for (const [name, change] of Object.entries(variants)) {
      const patch = change(bases[base]);
      const library = Tokenizer.fromString(JSON.stringify(patched(bases[base], patch)));
      const ids = [];
      for (const text of texts) ids.push((await library.encode(text)).getIds().join(" "));
      tokenizers.push({ name, base, patch, ids });
    }
  }
  return { texts, bases, tokenizers };
}

// A line for each tokenizer, so that a change shows which one it is.
function written({ texts, bases, tokenizers }) {
  const list = tokenizers.map((tokenizer) => JSON.stringify(tokenizer)).join(",\n");
  return `{"texts": ${JSON.stringify(texts)},\n"bases": ${JSON.stringify(bases)},\n"tokenizers": [\n${list}\n]}\n`;
}

export async function goldens(count) {
  const isSame = written(await made()) === readFileSync(file, "utf8");
  count(isSame, "the goldens of the small tokenizers are those of Hugging Face's library");
}

// One of the small tokenizers, by its name.
export function smallTokenizer(name) {
  const { bases, tokenizers } = JSON.parse(readFileSync(file, "utf8"));
  const { base, patch } = tokenizers.find((tokenizer) => tokenizer.name === name);
  return patched(bases[base], patch);
}

if (process.argv[2] === "--write") writeFileSync(file, written(await made()));
