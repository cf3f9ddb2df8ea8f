-- with: stock
-- Finds holds whose look is due, the longest due first.
--
-- ARGV 4  before when, in microseconds since 1970
--      5  how many at the most
--
-- Returns {'EPOCH'} | {'FOUND', 0, name, generation, due, name, …}
if fenced() then return {'EPOCH'} end
local result = {'FOUND', 0}
local found = redis.call('ZRANGEBYSCORE', SPACE .. 'due', '-inf', '(' .. ARGV[4], 'WITHSCORES', 'LIMIT', 0, ARGV[5])
for i = 1, #found, 2 do
  local order, number = string.match(found[i], '^([^:]+):0*(%d+):')
  result[#result + 1] = found[i]
  result[#result + 1] = redis.call('HGET', SPACE .. 'hold:' .. order .. ':' .. number, 'gen')
  result[#result + 1] = text(tonumber(found[i + 1]))
end
return result
