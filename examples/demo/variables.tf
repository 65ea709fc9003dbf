variable "team" {
  description = "The team by email. A line less is a person less."
  type = map(object({
    role     = string
    language = optional(string, "en")
  }))
  default = {
    "ada@example.com"   = { role = "ORG_EDITOR" }
    "bruno@example.com" = { role = "ORG_EDITOR", language = "fr" }
    "carla@example.com" = { role = "ORG_VIEWER", language = "es" }
  }
}

variable "keys_expire_at" {
  description = "When the API keys stop working."
  type        = string
  default     = "2035-01-01T00:00:00Z"
}
