package client

// RetryAfter is how the Retry-After of a refusal is read, for a fuzz test that cannot wait for what it says.
var RetryAfter = retryAfter

// Pooled is the transport that a client has by default, for tests that give it a proxy and a certificate of their own.
var Pooled = pooled
