package services

// Category is a category of a plan and the items in it that are known.
type Category struct {
	Name  string
	Items []string
}

// DefaultCategories returns the categories that are offered for overriding
// unless an operator lists others: those of Kazoo 5 that do not belong to one
// of its applications, and accounts.
func DefaultCategories() []Category {
	return []Category{
		{"accounts", []string{"account"}},
		{"conferences", []string{"conference"}},
		{"devices", []string{"sip_device", "ata", "cellphone", "fax", "landline", "mobile", "sip_uri", "smartphone",
			"softphone", "ctu", "application"}},
		{"faxes", []string{"mailbox"}},
		{"limits", []string{"twoway_trunks", "inbound_trunks", "outbound_trunks"}},
		{"number_services", []string{"cnam", "e911", "port", "sms", "mms"}},
		{"phone_numbers", []string{"caribbean", "did_us", "emergency", "international", "toll_us", "tollfree_us", "unknown"}},
		{"users", []string{"user", "admin"}},
		{"voicemails", []string{"mailbox", "transcription"}},
	}
}

// Editable returns what an override may set: {category: {_all: SCHEMA, item:
// SCHEMA}}, where SCHEMA is {setting: {type, default, description, ..}} with
// the words of JSON Schema. The setting as is one of _all alone.
func Editable(categories []Category) Document {
	var all, item properties
	for _, p := range itemSettings().properties {
		all = append(all, p)
		if p.name != "as" {
			item = append(item, p)
		}
	}
	ofAll, ofItem := Object(all.document()), Object(item.document())
	var editable Document
	for _, c := range categories {
		items := Document{{wholeCategory, ofAll}}
		for _, name := range c.Items {
			items = items.With(name, ofItem)
		}
		editable = editable.With(c.Name, Object(items))
	}
	return editable
}
