package simulator

import "iter"

// table keeps rows by id and in the order of their creation, for lists of a hundred thousand.
type table[T any] struct {
	index map[string]int
	rows  []*T // nil where one was removed
}

func (t *table[T]) add(id string, row *T) {
	if t.index == nil {
		t.index = map[string]int{}
	}
	t.index[id] = len(t.rows)
	t.rows = append(t.rows, row)
}

// get returns nil for an unknown id.
func (t *table[T]) get(id string) *T {
	if i, ok := t.index[id]; ok {
		return t.rows[i]
	}
	return nil
}

func (t *table[T]) remove(id string) {
	i, ok := t.index[id]
	if !ok {
		return
	}
	t.rows[i] = nil
	delete(t.index, id)
	if len(t.rows) > 2*len(t.index)+16 {
		t.compact()
	}
}

func (t *table[T]) compact() {
	moved := make(map[int]int, len(t.index))
	var rows []*T
	for i, row := range t.rows {
		if row != nil {
			moved[i] = len(rows)
			rows = append(rows, row)
		}
	}
	for id, i := range t.index {
		t.index[id] = moved[i]
	}
	t.rows = rows
}

func (t *table[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, row := range t.rows {
			if row != nil && !yield(row) {
				return
			}
		}
	}
}

// list never returns nil, for a list on the wire is never null.
func list[T, O any](t *table[T], object func(*T) O) []O {
	objects := make([]O, 0, len(t.index))
	for row := range t.all() {
		objects = append(objects, object(row))
	}
	return objects
}
