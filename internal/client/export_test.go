package client

// RetryAfter is how the Retry-After of a refusal is read, for a fuzz test that cannot wait for what it says.
var RetryAfter = retryAfter
