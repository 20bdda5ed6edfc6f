-- What messages carry besides their text.

-- JSON: fields of a message as they travel (the type `Parts`), changes folded in; of an edit, what it put in their place.
-- Null: nothing, or it is gone with the content.
alter table events add column parts text;
