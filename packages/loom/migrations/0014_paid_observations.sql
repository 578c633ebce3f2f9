-- Loom, schema 14: the generations of a trace from an index alone. Their rows hold prompts and answers, and reading a page
-- of the file for each of them is what most of the first answer over 90 days took.
CREATE INDEX observations_paid ON observations(trace_id, model, cost_basis, cost_micros, total_tokens) WHERE cost_basis IS NOT NULL;
-- Was read as a whole only, as the one above is now.
DROP INDEX observations_cost;
