package engine

import "slices"

// SetActions defines actions. Definitions belong to no tenant. Source:
// cgrates-apier, section 9.13.
type SetActions struct {
	Actions   Actions
	Overwrite bool // else actions of that ID that are there are CodeExists
}

func (c *SetActions) decide(d *decision) error {
	d.entry.Op = OpSetActions
	var missing []string
	if c.Actions.ID == "" {
		missing = append(missing, "ActionsId")
	}
	if len(c.Actions.List) == 0 {
		missing = append(missing, "Actions")
	}
	if missing != nil {
		return Missing(missing...)
	}
	if err := d.checkActions(&c.Actions); err != nil {
		return err
	}
	_, there := d.state.Actions(c.Actions.ID)
	switch n := len(d.state.TariffIDs(KindActions)); {
	case there && !c.Overwrite:
		return refuse(CodeExists, "actions %q", c.Actions.ID)
	case !there && n >= d.rules.PlacesMax:
		return refuse(CodeLimit, "there are %d actions, the most allowed", n)
	}
	d.entry.Tariff = &TariffSet{Actions: []Actions{c.Actions}}
	return nil
}

// RemoveActions removes the actions of these IDs, all or none. Triggers that
// name them fail, and stay armed, until there are such actions again.
type RemoveActions struct{ IDs []string }

func (c *RemoveActions) decide(d *decision) error {
	d.entry.Op = OpRemoveActions
	if len(c.IDs) == 0 {
		return Missing("ActionIDs")
	}
	var gone []TariffKey
	for _, id := range slices.Compact(slices.Sorted(slices.Values(c.IDs))) {
		if _, ok := d.state.Actions(id); !ok {
			return refuse(CodeNotFound, "actions %q", id)
		}
		gone = append(gone, TariffKey{KindActions, id})
	}
	d.entry.Tariff = &TariffSet{Removed: gone}
	return nil
}
