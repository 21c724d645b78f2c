#!/usr/bin/python3
"""Computes tiny models of every family with PyTorch, in textbook tensors and double precision:
what tests/model/families_test.cc holds the code to.

  families.py            writes families/NAME/: config.json and model.safetensors as Hugging
                         Face has them, case.json (tokens, logits, loss) and, for models that
                         are trained, gradients.safetensors
  families.py --check    computes all again and compares with what is there
  families.py --model FOLDER > fake_gpt2.json
                         computes some logits of a folder's model

Debian's python3-torch and python3-numpy.
"""
import argparse
import json
import math
import pathlib
import struct
import sys

import numpy as np
import torch
from torch.nn import functional

FOLDER = pathlib.Path(__file__).parent / "families"
TOKENS = 24  # that a model reads; one more is the last target


# --- Positions -----------------------------------------------------------------------------

def default_frequencies(theta, width):
    return theta ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)


def linear(theta, width, scaling, context):
    return default_frequencies(theta, width) / scaling["factor"], 1.0


def dynamic(theta, width, scaling, context):
    # The longest text decides: none here is longer than the context.
    length = max(TOKENS, context)
    factor = scaling["factor"]
    base = theta * ((factor * length / context) - (factor - 1)) ** (width / (width - 2))
    return default_frequencies(base, width), 1.0


def llama3(theta, width, scaling, context):
    frequencies = default_frequencies(theta, width)
    old = scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    wavelengths = 2 * math.pi / frequencies
    result = []
    for frequency, wavelength in zip(frequencies.tolist(), wavelengths.tolist()):
        if wavelength < old / high:
            result.append(frequency)
        elif wavelength > old / low:
            result.append(frequency / scaling["factor"])
        else:
            smooth = (old / wavelength - low) / (high - low)
            result.append((1 - smooth) * frequency / scaling["factor"] + smooth * frequency)
    return torch.tensor(result, dtype=torch.float64), 1.0


def yarn(theta, width, scaling, context):
    factor = scaling["factor"]
    old = scaling.get("original_max_position_embeddings") or context

    def mscale(scale, by=1.0):
        return 1.0 if scale <= 1 else 0.1 * by * math.log(scale) + 1.0

    attention = scaling.get("attention_factor")
    if attention is None:
        if scaling.get("mscale") and scaling.get("mscale_all_dim"):
            attention = mscale(factor, scaling["mscale"]) / mscale(factor, scaling["mscale_all_dim"])
        else:
            attention = mscale(factor)

    def correction_dim(rotations):
        return width * math.log(old / (rotations * 2 * math.pi)) / (2 * math.log(theta))

    low = correction_dim(scaling.get("beta_fast") or 32)
    high = correction_dim(scaling.get("beta_slow") or 1)
    if scaling.get("truncate", True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, width - 1)
    if low == high:
        high += 0.001
    ramp = ((torch.arange(width // 2, dtype=torch.float64) - low) / (high - low)).clamp(0, 1)
    extrapolated = default_frequencies(theta, width)
    return extrapolated / factor * ramp + extrapolated * (1 - ramp), attention


SCALINGS = {"linear": linear, "dynamic": dynamic, "llama3": llama3, "yarn": yarn}


def rotary(theta, width, scaling, context):
    """Cosines and sines [TOKENS, width]."""
    if scaling is None:
        frequencies, attention = default_frequencies(theta, width), 1.0
    else:
        kind = scaling.get("rope_type") or scaling["type"]
        frequencies, attention = SCALINGS[kind](theta, width, scaling, context)
    angles = torch.arange(TOKENS, dtype=torch.float64)[:, None] * frequencies
    angles = torch.cat((angles, angles), -1)
    return angles.cos() * attention, angles.sin() * attention


def rotate(x, angles):
    cosines, sines = angles
    a, b = x.chunk(2, -1)
    return x * cosines + torch.cat((-b, a), -1) * sines


# --- Parts ---------------------------------------------------------------------------------

def rms_norm(x, scale, epsilon):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon) * scale


def layer_norm(x, scale, bias, epsilon):
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt((centred ** 2).mean(-1, keepdim=True) + epsilon) * scale + bias


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def attend(q, k, v, scale, window):
    """q [heads, T, width], k and v [kv heads, T, width] -> [T, heads * width]."""
    heads, length, width = q.shape
    k = k.repeat_interleave(heads // k.shape[0], dim=0)
    v = v.repeat_interleave(heads // v.shape[0], dim=0)
    past = torch.arange(length)[:, None] - torch.arange(length)[None, :]
    allowed = past >= 0
    if window is not None:
        allowed = allowed & (past < window)
    scores = (q @ k.transpose(1, 2) * scale).masked_fill(~allowed, float("-inf"))
    return (torch.softmax(scores, -1) @ v).transpose(0, 1).reshape(length, heads * width)


def split(x, width):
    return x.view(x.shape[0], -1, width).transpose(0, 1)


# --- Llama and what descends from it --------------------------------------------------------

def windows_of(config):
    layers = config["num_hidden_layers"]
    kind = config["model_type"]
    window = config.get("sliding_window")
    if kind == "mistral":
        return [window] * layers
    if kind == "gemma3_text":
        types = config.get("layer_types")
        if types is None:
            pattern = config["sliding_window_pattern"]
            types = ["full_attention" if (i + 1) % pattern == 0 else "sliding_attention" for i in range(layers)]
        return [window if type == "sliding_attention" else None for type in types]
    if config.get("use_sliding_window"):
        return [window if i >= config["max_window_layers"] else None for i in range(layers)]
    return [None] * layers


def llama_like(config, w, tokens):
    epsilon = config["rms_norm_eps"]
    heads = config["num_attention_heads"]
    width = config.get("head_dim") or config["hidden_size"] // heads
    context = config["max_position_embeddings"]
    is_gemma = config["model_type"] == "gemma3_text"
    angles = rotary(config["rope_theta"], width, config.get("rope_scaling"), context)
    local_angles = rotary(config["rope_local_base_freq"], width, None, context) if is_gemma else angles
    scale = config["query_pre_attn_scalar"] ** -0.5 if is_gemma else width ** -0.5

    def norm(name, x):
        return rms_norm(x, w[name] + 1 if is_gemma else w[name], epsilon)

    def project(name, x):
        y = x @ w[name + ".weight"].T
        return y + w[name + ".bias"] if name + ".bias" in w else y

    x = w["model.embed_tokens.weight"][tokens]
    if is_gemma:
        x = x * math.sqrt(config["hidden_size"])
    for i, window in enumerate(windows_of(config)):
        layer = f"model.layers.{i}."
        at = angles if window is None or not is_gemma else local_angles
        y = norm(layer + "input_layernorm.weight", x)
        q, k, v = (split(project(layer + f"self_attn.{name}_proj", y), width) for name in "qkv")
        if layer + "self_attn.q_norm.weight" in w:
            q = norm(layer + "self_attn.q_norm.weight", q)
            k = norm(layer + "self_attn.k_norm.weight", k)
        y = project(layer + "self_attn.o_proj", attend(rotate(q, at), rotate(k, at), v, scale, window))
        if is_gemma:
            x = x + norm(layer + "post_attention_layernorm.weight", y)
            y = norm(layer + "pre_feedforward_layernorm.weight", x)
        else:
            x = x + y
            y = norm(layer + "post_attention_layernorm.weight", x)
        gate, up = project(layer + "mlp.gate_proj", y), project(layer + "mlp.up_proj", y)
        y = project(layer + "mlp.down_proj", (gelu_tanh(gate) if is_gemma else functional.silu(gate)) * up)
        x = x + (norm(layer + "post_feedforward_layernorm.weight", y) if is_gemma else y)
    tied = config.get("tie_word_embeddings", is_gemma)
    return norm("model.norm.weight", x) @ w["model.embed_tokens.weight" if tied else "lm_head.weight"].T


def llama_like_shapes(config):
    dim, hidden, vocab = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    width = config.get("head_dim") or dim // heads
    kind = config["model_type"]
    shapes = {"model.embed_tokens.weight": (vocab, dim)}
    for i in range(config["num_hidden_layers"]):
        layer = f"model.layers.{i}."
        shapes[layer + "input_layernorm.weight"] = (dim,)
        for name, outputs in (("q", heads * width), ("k", kv_heads * width), ("v", kv_heads * width)):
            shapes[layer + f"self_attn.{name}_proj.weight"] = (outputs, dim)
            if kind == "qwen2":
                shapes[layer + f"self_attn.{name}_proj.bias"] = (outputs,)
        if kind in ("qwen3", "gemma3_text"):
            shapes[layer + "self_attn.q_norm.weight"] = (width,)
            shapes[layer + "self_attn.k_norm.weight"] = (width,)
        shapes[layer + "self_attn.o_proj.weight"] = (dim, heads * width)
        shapes[layer + "post_attention_layernorm.weight"] = (dim,)
        if kind == "gemma3_text":
            shapes[layer + "pre_feedforward_layernorm.weight"] = (dim,)
            shapes[layer + "post_feedforward_layernorm.weight"] = (dim,)
        shapes[layer + "mlp.gate_proj.weight"] = (hidden, dim)
        shapes[layer + "mlp.up_proj.weight"] = (hidden, dim)
        shapes[layer + "mlp.down_proj.weight"] = (dim, hidden)
    shapes["model.norm.weight"] = (dim,)
    if not config.get("tie_word_embeddings", kind == "gemma3_text"):
        shapes["lm_head.weight"] = (vocab, dim)
    return shapes


# --- GPT-2 ---------------------------------------------------------------------------------

def gpt2(config, w, tokens):
    epsilon, dim = config["layer_norm_epsilon"], config["n_embd"]
    width = dim // config["n_head"]

    def norm(name, x):
        return layer_norm(x, w[name + ".weight"], w[name + ".bias"], epsilon)

    def convolve(name, x):  # Conv1D: the weight is [inputs, outputs]
        return x @ w[name + ".weight"] + w[name + ".bias"]

    x = w["transformer.wte.weight"][tokens] + w["transformer.wpe.weight"][: len(tokens)]
    for i in range(config["n_layer"]):
        layer = f"transformer.h.{i}."
        q, k, v = (split(part, width) for part in
                   convolve(layer + "attn.c_attn", norm(layer + "ln_1", x)).chunk(3, -1))
        x = x + convolve(layer + "attn.c_proj", attend(q, k, v, width ** -0.5, None))
        y = gelu_tanh(convolve(layer + "mlp.c_fc", norm(layer + "ln_2", x)))
        x = x + convolve(layer + "mlp.c_proj", y)
    return norm("transformer.ln_f", x) @ w["transformer.wte.weight"].T


def gpt2_shapes(config):
    dim, vocab = config["n_embd"], config["vocab_size"]
    hidden = config.get("n_inner") or 4 * dim
    shapes = {"transformer.wte.weight": (vocab, dim), "transformer.wpe.weight": (config["n_positions"], dim)}
    for i in range(config["n_layer"]):
        layer = f"transformer.h.{i}."
        for name, inputs, outputs in (("attn.c_attn", dim, 3 * dim), ("attn.c_proj", dim, dim),
                                      ("mlp.c_fc", dim, hidden), ("mlp.c_proj", hidden, dim)):
            shapes[layer + name + ".weight"] = (inputs, outputs)
            shapes[layer + name + ".bias"] = (outputs,)
        for name in ("ln_1", "ln_2"):
            shapes[layer + name + ".weight"] = shapes[layer + name + ".bias"] = (dim,)
    shapes["transformer.ln_f.weight"] = shapes["transformer.ln_f.bias"] = (dim,)
    return shapes


# --- The models ----------------------------------------------------------------------------

def descendant(name, model_type, **fields):
    return {"architectures": [name], "model_type": model_type, "hidden_size": 16, "intermediate_size": 20,
            "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 40,
            "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "hidden_act": "silu",
            "tie_word_embeddings": False, "bos_token_id": 1, "eos_token_id": 2, **fields}


def llama(**fields):
    return descendant("LlamaForCausalLM", "llama", num_hidden_layers=1, hidden_size=32, num_attention_heads=2,
                      num_key_value_heads=1, **fields)


MODELS = {
    "llama": descendant("LlamaForCausalLM", "llama"),
    "llama_head_dim": descendant("LlamaForCausalLM", "llama", head_dim=6, tie_word_embeddings=True),
    "llama_linear": llama(rope_scaling={"type": "linear", "factor": 4.0}),
    "llama_dynamic": llama(rope_scaling={"type": "dynamic", "factor": 4.0}),
    "llama3": llama(rope_theta=500.0, rope_scaling={
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32}),
    "llama_yarn": llama(rope_theta=500.0, rope_scaling={
        "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 256}),
    "llama_yarn_mscale": llama(rope_scaling={
        "rope_type": "yarn", "factor": 4.0, "mscale": 1.5, "mscale_all_dim": 0.5, "beta_fast": 8, "beta_slow": 2,
        "truncate": False, "original_max_position_embeddings": 512}),
    "mistral": descendant("MistralForCausalLM", "mistral", sliding_window=5),
    "mistral_nemo": descendant("MistralForCausalLM", "mistral", sliding_window=None, head_dim=10),
    "qwen2": descendant("Qwen2ForCausalLM", "qwen2", tie_word_embeddings=True, use_sliding_window=False,
                        sliding_window=8, max_window_layers=2),
    "qwen2_window": descendant("Qwen2ForCausalLM", "qwen2", num_hidden_layers=2, use_sliding_window=True,
                               sliding_window=8, max_window_layers=1),
    "qwen3": descendant("Qwen3ForCausalLM", "qwen3", head_dim=6, attention_bias=False, use_sliding_window=False,
                        sliding_window=None, max_window_layers=3),
    "gemma3": {"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_size": 16,
               "intermediate_size": 20, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 1,
               "head_dim": 6, "vocab_size": 40, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
               "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": None,
               "hidden_activation": "gelu_pytorch_tanh", "sliding_window": 5, "sliding_window_pattern": 3,
               "query_pre_attn_scalar": 9, "attention_bias": False, "attn_logit_softcapping": None,
               "final_logit_softcapping": None, "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0},
    "gemma3_linear": {"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_size": 16,
                      "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 2,
                      "num_key_value_heads": 1, "head_dim": 8, "vocab_size": 40, "max_position_embeddings": 64,
                      "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0,
                      "rope_scaling": {"rope_type": "linear", "factor": 8.0},
                      "hidden_activation": "gelu_pytorch_tanh", "sliding_window": 5,
                      "layer_types": ["full_attention", "sliding_attention"], "query_pre_attn_scalar": 8,
                      "bos_token_id": 2, "eos_token_id": 1},
    "gpt2": {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": 16, "n_head": 4, "n_layer": 3,
             "n_positions": 32, "n_ctx": 32, "n_inner": 40, "vocab_size": 40, "activation_function": "gelu_new",
             "layer_norm_epsilon": 1e-5, "attn_pdrop": 0.1, "embd_pdrop": 0.1, "resid_pdrop": 0.1,
             "initializer_range": 0.02, "bos_token_id": 39, "eos_token_id": 39},
}

# They differ from others in the numbers of their angles only.
WITHOUT_GRADIENTS = {"llama_linear", "llama_dynamic", "llama3", "llama_yarn_mscale"}


def draw(name, shapes, is_gemma):
    """Values far enough from zero that attention has something to choose from."""
    numbers = np.random.RandomState(sum(name.encode()))
    weights = {}
    for tensor, shape in shapes.items():
        values = numbers.standard_normal(shape)
        is_scale = tensor.endswith("weight") and len(shape) == 1
        if len(shape) == 1:
            values = 0.2 * values + (1 if is_scale and not is_gemma else 0)
        else:
            values = 0.3 * values
        weights[tensor] = values.astype(np.float32)
    return weights


def compute(name, config):
    is_gpt2 = config["model_type"] == "gpt2"
    shapes = (gpt2_shapes if is_gpt2 else llama_like_shapes)(config)
    weights = draw(name, shapes, config["model_type"] == "gemma3_text")
    tensors = {key: torch.tensor(value, dtype=torch.float64, requires_grad=True) for key, value in weights.items()}
    tokens = np.random.RandomState(7).randint(0, config["vocab_size"], TOKENS + 1).tolist()
    logits = (gpt2 if is_gpt2 else llama_like)(config, tensors, torch.tensor(tokens[:-1]))
    loss = functional.cross_entropy(logits, torch.tensor(tokens[1:]))
    loss.backward()
    gradients = {key: value.grad.numpy().astype(np.float32) for key, value in tensors.items()}
    return weights, gradients, {"tokens": tokens, "loss": loss.item(),
                                "logits": [[round(value, 7) for value in row] for row in logits.tolist()]}


# --- Files ---------------------------------------------------------------------------------

def safetensors(arrays):
    header, data = {}, b""
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def files_of(name, config):
    weights, gradients, case = compute(name, config)
    files = {"config.json": (json.dumps(config, indent=1) + "\n").encode(),
             "model.safetensors": safetensors(weights), "case.json": (json.dumps(case) + "\n").encode()}
    if name not in WITHOUT_GRADIENTS:
        files["gradients.safetensors"] = safetensors(gradients)
    return files


def read_safetensors(path):
    content = path.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    header, data = json.loads(content[8:8 + length]), content[8 + length:]
    return {name: np.frombuffer(data[slice(*entry["data_offsets"])], dtype=np.float32).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def some_logits(folder):
    """Of every thousandth token, after each of some tokens."""
    config = json.loads((folder / "config.json").read_text())
    weights = {name: torch.tensor(array, dtype=torch.float64)
               for name, array in read_safetensors(folder / "model.safetensors").items()}
    tokens = [(i * i * 1231 + 17 * i + 5) % config["vocab_size"] for i in range(TOKENS)]
    compute_logits = gpt2 if config["model_type"] == "gpt2" else llama_like
    logits = compute_logits(config, weights, torch.tensor(tokens))[:, ::1000]
    return {"tokens": tokens, "logits": [[round(value, 6) for value in row] for row in logits.tolist()]}


def numbers_in(name, content):
    if name == "case.json":
        case = json.loads(content)
        return np.array([case["loss"], *np.ravel(case["logits"])])
    return np.frombuffer(content[8 + struct.unpack("<Q", content[:8])[0]:], dtype=np.float32)


def is_same(name, stored, content):
    """Other versions of PyTorch round otherwise."""
    if name in ("config.json", "model.safetensors"):
        return stored == content
    a, b = numbers_in(name, stored), numbers_in(name, content)
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-5, atol=1e-6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--model", type=pathlib.Path)
    options = parser.parse_args()
    if options.model is not None:
        print(json.dumps(some_logits(options.model)))
        return
    torch.set_num_threads(1)
    failed = 0
    for model, config in MODELS.items():
        for name, content in files_of(model, config).items():
            path = FOLDER / model / name
            if options.check:
                if not path.exists() or not is_same(name, path.read_bytes(), content):
                    print(f"{path}: differs", file=sys.stderr)
                    failed += 1
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
