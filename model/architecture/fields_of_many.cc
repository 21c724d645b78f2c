// The fields that every config may have, and those by which relatives of Llama
// change its arithmetic.
#include "model/architecture/fields_of_many.h"

namespace pi_ring {
namespace {

constexpr FieldRule kSorted[] = {
    // What is read for every family.
    used("architectures"),
    used("model_type"),
    used("bos_token_id"),
    used("eos_token_id"),
    used("pi_ring"),

    // Where the file comes from, and how other programs load it. The type of
    // the weights is read from their file.
    harmless("name_or_path"),
    harmless("transformers_version"),
    harmless("transformers.js_config"),
    harmless("unsloth_version"),
    harmless("unsloth_fixed"),
    harmless("model_name"),
    harmless("auto_map"),
    harmless("tokenizer_class"),
    harmless("dtype"),
    harmless("torch_dtype"),
    harmless("use_bfloat16"),
    harmless("torchscript"),
    harmless("attn_implementation"),
    harmless("use_flash_attn"),
    harmless("use_flash_attention"),
    harmless("flash_attn_2_enabled"),
    harmless("gradient_checkpointing"),
    harmless("use_cache"),
    harmless("cache_implementation"),
    harmless("chunk_size_feed_forward"),
    harmless("return_dict"),
    harmless("return_dict_in_generate"),
    harmless("output_attentions"),
    harmless("output_hidden_states"),
    harmless("output_scores"),
    harmless("is_decoder"),
    harmless("tf_legacy_loss"),
    harmless("keys_to_ignore_at_inference"),

    // How it was trained, and for which task.
    harmless("initializer_range"),
    harmless("attention_dropout"),
    harmless("hidden_dropout"),
    harmless("resid_dropout"),
    harmless("embd_dropout"),
    harmless("attn_pdrop"),
    harmless("resid_pdrop"),
    harmless("embd_pdrop"),
    harmless("finetuning_task"),
    harmless("task_specific_params"),
    harmless("problem_type"),
    harmless("id2label"),
    harmless("label2id"),
    harmless("num_labels"),

    // Tokens that are not the begin or the end, and lengths that others limit
    // texts to.
    harmless("pad_token_id"),
    harmless("unk_token_id"),
    harmless("sep_token_id"),
    harmless("mask_token_id"),
    harmless("cls_token_id"),
    harmless("decoder_start_token_id"),
    harmless("prefix"),
    harmless("max_sequence_length"),
    harmless("max_seq_len"),
    harmless("model_max_length"),
    harmless("seq_length"),
    harmless("seq_len"),

    // How others choose tokens. Here the options of the command say it.
    harmless("do_sample"),
    harmless("temperature"),
    harmless("top_k"),
    harmless("top_p"),
    harmless("typical_p"),
    harmless("repetition_penalty"),
    harmless("length_penalty"),
    harmless("diversity_penalty"),
    harmless("no_repeat_ngram_size"),
    harmless("encoder_no_repeat_ngram_size"),
    harmless("num_beams"),
    harmless("num_beam_groups"),
    harmless("num_return_sequences"),
    harmless("early_stopping"),
    harmless("max_length"),
    harmless("min_length"),
    harmless("max_new_tokens"),
    harmless("remove_invalid_values"),

    // Other kinds of network.
    refused("is_encoder_decoder", "false"),
    refused("add_cross_attention", "false"),
    refused("tie_encoder_decoder", "false"),
    refused("pruned_heads", "{}"),
    refused("quantization_config"),
    refused("quantization"),
    refused("compression_config"),
    refused("per_layer_config"),
    refused("text_config"),
    refused("vision_config"),

    // Biases.
    refused("attention_bias", "false"),
    refused("mlp_bias", "false"),
    refused("bias", "false"),
    refused("use_bias", "false"),
    refused("qkv_bias", "false"),
    refused("use_qkv_bias", "false"),
    refused("attention_qkv_bias", "false"),
    refused("attention_out_bias", "false"),
    refused("lm_head_bias", "false"),

    // Norms: of queries and keys (Qwen3, Cohere, Phi, OLMo 2), others than RMS,
    // and in other places.
    refused("use_qk_norm", "false"),
    refused("qk_norm", "false"),
    refused("qk_layernorm", "false"),
    refused("layer_norm_eps"),
    refused("layer_norm_epsilon"),
    refused("layernorm_epsilon"),
    refused("norm_eps"),
    refused("norm_epsilon"),
    refused("norm_type", "\"rmsnorm\""),
    refused("norm_head", "false"),
    refused("rmsnorm", "true"),
    refused("apply_residual_connection_post_layernorm", "false"),
    refused("use_parallel_residual", "false"),
    refused("parallel_residual", "false"),
    refused("parallel_attn", "false"),

    // Activations.
    refused("hidden_activation"),
    refused("activation_function"),
    refused("activation"),

    // Factors: Granite's, Cohere's, MiniCPM's, those of maximal update
    // parametrisation (muP), Gemma's.
    refused("attention_multiplier"),
    refused("embedding_multiplier", "1"),
    refused("residual_multiplier", "1"),
    refused("logits_scaling", "1"),
    refused("logit_scale", "1"),
    refused("logits_scale", "1"),
    refused("lm_head_multiplier", "1"),
    refused("key_multiplier", "1"),
    refused("attention_in_multiplier", "1"),
    refused("attention_out_multiplier", "1"),
    refused("mlp_multipliers", "1"),
    refused("scale_emb", "1"),
    refused("scale_depth"),
    refused("dim_model_base"),
    refused("mup_attn_scale"),
    refused("mup_embeddings_scale", "1"),
    refused("mup_output_alpha", "1"),
    refused("mup_scale_emb", "1"),
    refused("mup_width_scale", "1"),
    refused("mup_use_scaling", "false"),
    refused("use_mup", "false"),
    refused("query_pre_attn_scalar"),
    refused("scale_attn_weights", "true"),
    refused("scale_attn_by_inverse_layer_idx", "false"),
    refused("attention_scale"),

    // Limits of values: OLMo's and MPT's, Gemma's.
    refused("clip_qkv"),
    refused("attn_logit_softcapping"),
    refused("final_logit_softcapping"),
    refused("logit_softcapping"),
    refused("swiglu_limit"),

    // Which of the past a position sees: Mistral's and Qwen's window, layers of
    // several kinds, Llama 4's chunks.
    refused("use_sliding_window", "false"),
    refused_unless_off("sliding_window", "use_sliding_window"),
    refused_unless_off("max_window_layers", "use_sliding_window"),
    refused("sliding_window_pattern"),
    refused("layer_types", "\"full_attention\""),
    refused("attention_chunk_size"),
    refused("attention_sink_size", "0"),
    refused("alibi", "false"),

    // Positions: scaled, of a part of each head, in pairs of neighbours, not in
    // every layer (SmolLM3), of several dimensions.
    refused("rope_scaling"),
    refused("rope_parameters"),
    refused("rope_local_base_freq"),
    refused("partial_rotary_factor", "1"),
    refused("rotary_pct", "1"),
    refused("rotary_percent", "1"),
    refused("rotary_dim"),
    refused("rotary_emb_base"),
    refused("rope_interleaved", "false"),
    refused("rope_interleave", "false"),
    refused("no_rope_layers", "1"),
    refused("no_rope_layer_interval"),
    refused("nope_layer_interval"),
    refused("use_mrope", "false"),
    refused("use_dynamic_ntk", "false"),
    refused("use_logn_attn", "false"),
    refused("attn_temperature_tuning", "false"),

    // Experts.
    refused("num_local_experts", "0"),
    refused("num_experts", "0"),
    refused("n_routed_experts", "0"),
    refused("n_shared_experts", "0"),
    refused("moe_intermediate_size"),
    refused("num_experts_per_tok", "0"),

    // Heads that predict several tokens ahead, and others on top.
    refused("num_nextn_predict_layers", "0"),
    refused("eagle_config"),
    refused("medusa_num_heads", "0"),
};

}  // namespace

constinit const std::span<const FieldRule> kFieldsOfMany = kSorted;

}  // namespace pi_ring
