package engine_test

import "testing"

// ratedMutants are bugs in what has a price, which the model does not know: the
// properties of charges must find each of them.
var ratedMutants = []mutant{
	{"a fee stays that bought nothing", "money.go", "	if c.done == before {\n		undo()", "	if c.done < before {\n		undo()"},
	{"a fee goes below zero in spite of DenyNegative", "money.go", "if !c.negative || blocked {", "if blocked {"},
	{"each part of a call pays the fee", "money.go", "price.IsZero() || c.req.Continued ||", "price.IsZero() ||"},
	{"a balance pays what it has not", "money.go", "n = min(n, c.affordable(o, x))", "_ = x"},
	{"a cap forgets what was spent", "money.go", "	c.spent = c.spent.Add(cost)\n", ""},
	{"rounding is shown and not taken", "money.go", "		purse.acc.charge(purse.i, difference)\n", ""},
	{"a part of a call is priced as a call of its own", "charging.go",
		"Units: c.rest, Position: c.req.Position + c.done,", "Units: c.rest, Position: c.done,"},
	{"what is left is priced at the start of the charge", "charging.go",
		"ToR: c.tor, Start: c.now(),", "ToR: c.tor, Start: c.req.Start,"},
	{"behind free usage nobody pays", "charging.go", "if progress, err = c.uncovered(); err", "if _, err = c.uncovered(); err"},
	{"priced units are taken once for all steps", "units.go",
		"			x.acc.charge(x.i, perStep.Mul(amount.FromInt(n)))", "			x.acc.charge(x.i, perStep)"},
	{"anything may be refunded", "refund.go", "b.Charged.Add(taken).Sign() < 0", "false"},
}

// TestPropertiesFindEachPlantedBug runs the properties of charges at prices on
// an engine with one of the bugs at a time.
func TestPropertiesFindEachPlantedBug(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the engine once for each bug")
	}
	findEach(t, ratedMutants, "TestTheCostOfAChargeIsTheMoneyTaken|TestARefundGivesBackAtMostWhatChargesTook|"+
		"TestACallInPartsCostsWhatItCostsWhole|TestWhatCanBePaidIsPaidInFullAndNoStepMore", "-rapid.checks=200")
}
