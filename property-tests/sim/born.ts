/** What a careless module remembers: who was built, in the order in which a genesis listed them. */
export const born = new Map<string, number>()
