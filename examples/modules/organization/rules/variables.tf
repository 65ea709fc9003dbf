variable "organization" {
  description = "What the variable of the same name of the module above was given."
  type        = any
}

variable "now" {
  description = "The time to decide by, in RFC 3339. Default: when the plan is made."
  type        = string
  default     = null
}
