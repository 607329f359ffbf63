-- Tells a machine to hand everything over, unless it is the last one that polls. At once for all who ask: of two machines, one stays.
--
-- KEYS[1] hash of machines; KEYS[2] hash of machines that were told to hand everything over
-- ARGV[1] name of the machine; ARGV[2] within how many ms a machine that is up was heard
-- Returns which run of the machine was told, then ''; else '' and why: 'gone' when it is not up, 'last' when no other one is that polls.
local seconds = redis.call('TIME')
local now = seconds[1] * 1000 + math.floor(seconds[2] / 1000)
local machines = redis.call('HGETALL', KEYS[1])
local told = nil
local others = 0
for at = 1, #machines, 2 do
  local run, heard, says = string.match(machines[at + 1], '^([^ ]*) ([^ ]*) (.*)$')
  if math.abs(now - (tonumber(heard) or 0)) < tonumber(ARGV[2]) then
    if machines[at] == ARGV[1] then
      told = run
    elseif redis.call('HGET', KEYS[2], machines[at]) ~= run and not string.find(says, '"isReady":false', 1, true) then
      others = others + 1
    end
  end
end
if not told then return { '', 'gone' } end
if others == 0 then return { '', 'last' } end
redis.call('HSET', KEYS[2], ARGV[1], told)
return { told, '' }
