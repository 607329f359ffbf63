-- Writes what a machine has found out about batches, if it still holds them: results to the stream, for every machine to show, and facts
-- to the hash of the batch, for its next holder. Compares BullMQ's lock with the token that the machine got with the batch: a machine
-- that was frozen, or cut off, holds it no more and is refused.
--
-- KEYS[1] stream of results; KEYS[2] beginning of the hashes of facts; KEYS[3] beginning of the keys of jobs
-- ARGV[1] name of the machine and, after a space, of its zone, if that has one; ARGV[2] about how many entries the stream keeps; ARGV[3] the version of the results;
--   ARGV[4] bytes of a key; ARGV[5] bytes of a record; then for each batch:
--   its id; token; '1' to mark it as handed back, else ''; packed results, '' for none; facts: key and record of each, one after another
-- Returns the ids of the batches that were refused.
local refused = {}
local entry = { 'XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', ARGV[3], ARGV[1] }
local shown = #entry
local key, record = tonumber(ARGV[4]), tonumber(ARGV[5])
for at = 6, #ARGV, 5 do
  local batch, token, returned, results, facts = unpack(ARGV, at, at + 4)
  if redis.call('GET', KEYS[3] .. batch .. ':lock') == token then
    local hash = KEYS[2] .. batch
    if facts ~= '' then
      local fields = {}
      for from = 1, #facts, key + record do
        fields[#fields + 1] = string.sub(facts, from, from + key - 1)
        fields[#fields + 1] = string.sub(facts, from + key, from + key + record - 1)
      end
      redis.call('HSET', hash, unpack(fields))
    end
    if returned == '1' then redis.call('HSET', hash, '#', '') end
    if results ~= '' then
      entry[#entry + 1] = batch
      entry[#entry + 1] = results
    end
  else
    refused[#refused + 1] = batch
  end
end
if #entry > shown then
  redis.call(unpack(entry))
  -- How long an entry is depends on how much is polled. They are read at once: a minute is long.
  redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', redis.call('TIME')[1] * 1000 - 60000))
end
return refused
