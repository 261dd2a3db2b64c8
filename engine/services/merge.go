package services

// Merge returns target changed by patch as RFC 7396 says: null removes a
// member, an object is merged into the one that is there, anything else
// replaces it. It changes neither argument.
func Merge(target, patch Document) Document { return merge(target, patch, mergeInto) }

// MergeOverrides is Merge with one more rule: a member that is {} in the patch
// replaces the whole old member, so that a client can empty it in one step.
// Source: Kazoo 5, PATCH services/overrides.
func MergeOverrides(target, patch Document) Document {
	return merge(target, patch, func(old, patch Value) Value {
		if patch.kind == kindObject && len(patch.members) == 0 {
			return patch
		}
		return Object(MergeOverrides(old.members, patch.members))
	})
}

// mergeInto merges an object into an old value of any kind.
func mergeInto(old, patch Value) Value { return Object(Merge(old.members, patch.members)) }

// replaceItems lays one plan's categories over another's: an item is taken
// whole from where it is defined later.
func replaceItems(target, patch Document) Document {
	return merge(target, patch, func(old, patch Value) Value {
		return Object(merge(old.members, patch.members, func(_, item Value) Value { return item }))
	})
}

// merge walks through the members of both in order. objects gives the value of
// a member that is an object in the patch.
func merge(target, patch Document, objects func(old, patch Value) Value) Document {
	merged := make(Document, 0, len(target)+len(patch))
	for len(patch) > 0 {
		for len(target) > 0 && target[0].Name < patch[0].Name {
			merged, target = append(merged, target[0]), target[1:]
		}
		m := patch[0]
		patch = patch[1:]
		var old Value
		if len(target) > 0 && target[0].Name == m.Name {
			old, target = target[0].Value, target[1:]
		}
		switch m.Value.kind {
		case kindNull:
			continue
		case kindObject:
			m.Value = objects(old, m.Value)
		}
		merged = append(merged, m)
	}
	return append(merged, target...)
}
