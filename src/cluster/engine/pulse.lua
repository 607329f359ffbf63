-- A machine says that it lives, and asks how things are.
--
-- KEYS[1] hash of machines; KEYS[2] revision of the plan; KEYS[3] hash of machines that were told to hand everything over
-- ARGV[1] name of the machine; ARGV[2] which run of it this is; ARGV[3] what it says of itself, JSON; ARGV[4] after how many ms without
-- a word a name is free for another run; ARGV[5] after how many ms a machine is forgotten
-- Returns the time in ms; the revision ('' when there is no plan); '1' if another run has this name; '1' if this run was told to hand
-- everything over; for each machine its name, how long
-- ago it was heard, in ms, and what it says.
local seconds = redis.call('TIME')
local now = seconds[1] * 1000 + math.floor(seconds[2] / 1000)
local machines = redis.call('HGETALL', KEYS[1])
local taken = ''
local list = {}
for at = 1, #machines, 2 do
  local run, heard, says = string.match(machines[at + 1], '^([^ ]*) ([^ ]*) (.*)$')
  local age = now - (tonumber(heard) or 0)
  if machines[at] == ARGV[1] then
    if run ~= ARGV[2] and age >= 0 and age < tonumber(ARGV[4]) then taken = '1' end
  elseif age > tonumber(ARGV[5]) then
    redis.call('HDEL', KEYS[1], machines[at])
    redis.call('HDEL', KEYS[3], machines[at])
  else
    list[#list + 1] = machines[at]
    list[#list + 1] = string.format('%.0f', age)
    list[#list + 1] = says
  end
end
if taken == '' then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[3]) end
local micros = tonumber(seconds[1]) * 1000 + tonumber(seconds[2]) / 1000
local drained = redis.call('HGET', KEYS[3], ARGV[1])
if drained and drained ~= ARGV[2] and taken == '' then redis.call('HDEL', KEYS[3], ARGV[1]) end
return { string.format('%.3f', micros), redis.call('GET', KEYS[2]) or '', taken, drained == ARGV[2] and '1' or '', list }
