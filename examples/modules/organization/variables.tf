variable "organization" {
  description = "People, API keys and their rules: an object, or what `yamldecode(file(\"organization.yaml\"))` makes of a file. Its fields are described above; whatever is unknown or does not fit is refused."
  type        = any
}

variable "now" {
  description = "The time by which is decided whose access has ended, in RFC 3339. Give another to see in a plan what the run of a later day would do. Default: when the plan is made."
  type        = string
  default     = null

  validation {
    condition     = var.now == null || can(timeadd(var.now, "0s"))
    error_message = "Write a time such as 2030-01-31T17:00:00Z."
  }
}

variable "output_secrets" {
  description = "Whether the output `api_key_secrets` has the keys themselves. They are in the state in any case, but for keys with `store_key: false`."
  type        = bool
  default     = false
  nullable    = false
}
