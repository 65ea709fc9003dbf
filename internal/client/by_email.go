package client

import "strings"

// ByEmail finds what has an email. The zero value is empty.
type ByEmail[T any] struct{ exact, normalized map[string][]T }

// Add adds what has the email.
func (b *ByEmail[T]) Add(email string, value T) {
	if b.exact == nil {
		b.exact, b.normalized = map[string][]T{}, map[string][]T{}
	}
	email = strings.TrimSpace(email)
	b.exact[email] = append(b.exact[email], value)
	email = NormalizeEmail(email)
	b.normalized[email] = append(b.normalized[email], value)
}

// Find returns what has the very spelling or, where nothing has, another spelling of the same address: where the cloud lists both, they are two
// people.
func (b *ByEmail[T]) Find(email string) []T {
	if found := b.exact[strings.TrimSpace(email)]; found != nil {
		return found
	}
	return b.Spellings(email)
}

// Spellings returns what has any spelling of the address.
func (b *ByEmail[T]) Spellings(email string) []T { return b.normalized[NormalizeEmail(email)] }
