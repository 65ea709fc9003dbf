package client_test

import (
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestName_isTheSameWhereItReadsTheSame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b       string
		name, text bool
	}{
		{"ci", "ci", true, true},
		{"ci", "ci ", true, false},
		{"ci", "\u00a0ci", true, false},
		{"ci", "c\u200bi", true, false},
		{"ci", "\ufeffci", true, false},
		{"ci", "\u202eci", true, false},
		{"Réseau", "Re\u0301seau", true, true},
		{"ci", "CI", false, false},
		{"ci", "c i", false, false},
		{"Réseau", "Reseau", false, false},
		{"straße", "strasse", false, false},
		{"", " ", true, false},
	} {
		if got := client.SameName(test.a, test.b); got != test.name {
			t.Errorf("%+q and %+q are the same name: %t", test.a, test.b, got)
		}
		if got := client.SameText(test.a, test.b); got != test.text {
			t.Errorf("%+q and %+q are the same text: %t", test.a, test.b, got)
		}
	}
}

func TestName_invisibleIsWhatLeavesNoMark(t *testing.T) {
	t.Parallel()
	for _, r := range "\u200b\u2060\ufeff\u00ad\u202e\u2066\u200e" {
		if !client.IsInvisible(r) {
			t.Errorf("%U is taken for visible", r)
		}
	}
	for _, r := range "a é\u0301\u200c\u200d🗺\ufe0f\U000e0067ب" {
		if client.IsInvisible(r) {
			t.Errorf("%U is taken for invisible", r)
		}
	}
}
