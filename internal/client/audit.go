package client

import "unicode/utf8"

// Audit says who made and last changed an object, and when. A person stands as "Full Name <email>", an API key as its
// email. Source: K2's NG typings.
type Audit struct {
	CreatedBy  string `json:"createdBy"`
	CreatedAt  Time   `json:"creationDate"`
	ModifiedBy string `json:"lastModifiedBy"`
	ModifiedAt Time   `json:"lastModificationDate"`
}

// usable reports whether an id can be worked with: there, and fit to print, for Terraform prints ids as they are.
func usable(id string) bool {
	if id == "" || !utf8.ValidString(id) {
		return false
	}
	for _, r := range id {
		if r == utf8.RuneError || IsUnprintable(r) {
			return false
		}
	}
	return true
}

// list is a result that is a bare array. Every element must be usable.
type list[T interface{ missing() string }] []T

func (l list[T]) missing() string {
	for _, element := range l {
		if field := element.missing(); field != "" {
			return field
		}
	}
	return ""
}
