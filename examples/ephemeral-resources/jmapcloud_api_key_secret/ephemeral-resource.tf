resource "jmapcloud_api_key" "ci" {
  name       = "CI"
  role       = "ORG_EDITOR"
  expires_at = "2035-01-01T00:00:00Z"
  store_key  = false
}

ephemeral "jmapcloud_api_key_secret" "ci" {
  api_key_id = jmapcloud_api_key.ci.id
}

# The vault receives the secret in the run that creates the API key. Each API key has its own fingerprint, so that a rotation is written too.
resource "vault_kv_secret_v2" "ci" {
  mount                = "secret"
  name                 = "jmapcloud/ci"
  data_json_wo         = jsonencode({ key = ephemeral.jmapcloud_api_key_secret.ci.key })
  data_json_wo_version = parseint(jmapcloud_api_key.ci.key_fingerprint, 16)
}
