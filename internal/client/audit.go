package client

import (
	"strings"
	"unicode/utf8"
)

// Audit says who made an object, and when. A person stands as "Full Name <email>", an API key as its email. Who changed it
// last, which the API tells too, is not used. Source: K2's NG typings.
type Audit struct {
	CreatedBy string `json:"createdBy"`
	CreatedAt Time   `json:"creationDate"`
}

// WasCreatedBy reports whether the person or API key with this email made the object. The name is as the person wrote it,
// with commas and brackets and all, so CreatedBy is no address of a mail.
func (a Audit) WasCreatedBy(email string) bool {
	author := a.CreatedBy
	if start := strings.LastIndexByte(author, '<'); start >= 0 && strings.HasSuffix(author, ">") {
		author = author[start+1 : len(author)-1]
	}
	return SameEmail(author, email)
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
