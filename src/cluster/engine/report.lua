-- Writes what a machine has found out about batches, if it still holds them: results to the stream, for every machine to show, and facts
-- to the hash of the batch, for its next holder. Compares BullMQ's lock with the token that the machine got with the batch: a machine
-- that was frozen, or cut off, holds it no more and is refused.
--
-- KEYS[1] stream of results; KEYS[2] beginning of the hashes of facts; KEYS[3] beginning of the keys of jobs
-- ARGV[1] name of the machine and, after a space, of its zone, if that has one; ARGV[2] about how many entries the stream keeps; ARGV[3] the version of the results;
--   then for each batch:
--   its id; token; '1' to mark it as handed back, else ''; packed results, '' for none; number of facts; key and record of each fact
-- Returns the ids of the batches that were refused.
local refused = {}
local entry = { 'XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', ARGV[3], ARGV[1] }
local shown = #entry
local at = 4
while at <= #ARGV do
  local batch, token, returned, results, count = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], tonumber(ARGV[at + 4])
  local first = at + 5
  at = first + 2 * count
  if redis.call('GET', KEYS[3] .. batch .. ':lock') == token then
    local hash = KEYS[2] .. batch
    if count > 0 then redis.call('HSET', hash, unpack(ARGV, first, at - 1)) end
    if returned == '1' then redis.call('HSET', hash, '#', '') end
    if results ~= '' then
      entry[#entry + 1] = batch
      entry[#entry + 1] = results
    end
  else
    refused[#refused + 1] = batch
  end
end
if #entry > shown then redis.call(unpack(entry)) end
return refused
