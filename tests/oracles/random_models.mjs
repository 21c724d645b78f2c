// Small models with random weights that pi-ring makes. Vectors are changed too,
// so that no norm and no bias is neutral, and matrices are large enough that few
// tokens are likely after each text.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { smallTokenizer } from "./goldens.mjs";

const kShape = { hidden_size: 64, intermediate_size: 96, num_hidden_layers: 3, num_attention_heads: 4, num_key_value_heads: 2,
  vocab_size: 512, max_position_embeddings: 256, rms_norm_eps: 1e-5, rope_theta: 10000, tie_word_embeddings: false };
const llama = (more) => ({ architectures: ["LlamaForCausalLM"], model_type: "llama", ...kShape, ...more });
const scaled = (rope_type, factor, more) => llama({ rope_scaling: { rope_type, factor, ...more } });
const kOldContext = { original_max_position_embeddings: 64 };

// What config.json says; which of the goldens' tokenizers it has, if not the one
// that `pi-ring init` writes; and by how much its logits deviate, if not by 4.
// These are less where llama.cpp reads GELU from a table in f16, and where a
// scaled embedding would outweigh all layers.
export const families = {
  "llama": { config: llama({}) },
  "llama, tied": { config: llama({ tie_word_embeddings: true, num_key_value_heads: 1 }) },
  "llama, wide heads": { config: llama({ head_dim: 32 }) },
  "llama, linear": { config: scaled("linear", 4) },
  "llama, yarn": { config: scaled("yarn", 4, kOldContext) },
  "llama 3": { config: scaled("llama3", 8, { low_freq_factor: 1, high_freq_factor: 4, ...kOldContext }), tokenizer: "llama3" },
  "mistral": {
    config: { ...llama({ sliding_window: null, head_dim: 24 }), architectures: ["MistralForCausalLM"], model_type: "mistral" } },
  "qwen2": {
    config: { architectures: ["Qwen2ForCausalLM"], model_type: "qwen2", ...kShape, tie_word_embeddings: true, use_sliding_window: false },
    tokenizer: "qwen2" },
  "qwen3": {
    config: { architectures: ["Qwen3ForCausalLM"], model_type: "qwen3", ...kShape, head_dim: 32, attention_bias: false,
      use_sliding_window: false },
    tokenizer: "qwen2" },
  "gemma3": {
    config: { architectures: ["Gemma3ForCausalLM"], model_type: "gemma3_text", ...kShape, tie_word_embeddings: true,
      num_hidden_layers: 7, head_dim: 32, rope_theta: 1000000, rope_local_base_freq: 10000, sliding_window: 8,
      sliding_window_pattern: 6, query_pre_attn_scalar: 32, hidden_activation: "gelu_pytorch_tanh" },
    deviation: 1.5 },
  "gpt2": {
    config: { architectures: ["GPT2LMHeadModel"], model_type: "gpt2", n_embd: 64, n_inner: 96, n_layer: 3, n_head: 4,
      n_positions: 256, vocab_size: 512, activation_function: "gelu_new", layer_norm_epsilon: 1e-5 },
    tokenizer: "gpt2", deviation: 2 },
};

// Rows of whole blocks of 256.
export const wide = {
  config: llama({ hidden_size: 256, intermediate_size: 512, num_hidden_layers: 4, num_attention_heads: 8, num_key_value_heads: 4 }),
};

// Numbers in [-1, 1), the same each time.
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

// The weights that `pi-ring init` draws deviate by 0.02. A product with inputs of
// deviation 1 shall have outputs of deviation 1, and the logits another one.
function factorOf(name, inputs, deviation) {
  const one = 1 / (0.02 * Math.sqrt(inputs));
  return /lm_head|embed_tokens|wte/.test(name) ? deviation * one : one;
}

// Changes the weights in place.
function roughen(file, deviation) {
  const bytes = readFileSync(file);
  const begin = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, begin));
  const random = randomNumbers(1);
  for (const [name, { shape, data_offsets: ends }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const factor = factorOf(name, shape.at(-1), deviation);
    for (let at = begin + ends[0]; at < begin + ends[1]; at += 4) {
      const value = bytes.readFloatLE(at);
      bytes.writeFloatLE(shape.length === 1 ? value + 0.4 * random() : value * factor, at);
    }
  }
  writeFileSync(file, bytes);
}

const kBegin = ["<s>", "<|endoftext|>"];
const kEnd = ["</s>", "<|endoftext|>"];

function idOf(tokenizer, names) {
  const isAdded = tokenizer?.added_tokens.find(({ content }) => names.includes(content));
  return isAdded ? isAdded.id : names === kBegin ? 1 : 2;
}

// Makes the model's folder.
export function makeModel(piRing, { config, tokenizer: name, deviation = 4 }, folder, seed = 1) {
  const tokenizer = name ? smallTokenizer(name) : null;
  const shape = `${folder}-shape`;
  mkdirSync(shape);
  const ends = { bos_token_id: idOf(tokenizer, kBegin), eos_token_id: idOf(tokenizer, kEnd) };
  writeFileSync(join(shape, "config.json"), JSON.stringify({ ...config, ...ends }));
  execFileSync(piRing, ["init", "--shape", shape, "--seed", String(seed), "-o", folder], { stdio: "pipe" });
  if (tokenizer) writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
  roughen(join(folder, "model.safetensors"), deviation);
}
