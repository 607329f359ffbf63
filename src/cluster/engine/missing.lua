-- Which batches of the plan have no job: a server that was killed may have lost them.
--
-- KEYS[1] plan; KEYS[2] beginning of the keys of jobs
local missing = {}
for _, batch in ipairs(redis.call('HKEYS', KEYS[1])) do
  if redis.call('EXISTS', KEYS[2] .. batch) == 0 then missing[#missing + 1] = batch end
end
return missing
