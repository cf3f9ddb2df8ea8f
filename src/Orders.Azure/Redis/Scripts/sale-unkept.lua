-- with: sale, sale-epoch
-- Finds waiting reservations, the oldest first.
--
-- ARGV 3  made or renewed before, in microseconds since 1970
--      4  how many at the most
--
-- Returns {name, generation, since, name, …}
local result = {}
local found = redis.call('ZRANGEBYSCORE', PART .. 'unkept', '-inf', '(' .. ARGV[3], 'WITHSCORES', 'LIMIT', 0, ARGV[4])
for i = 1, #found, 2 do
  local order, number = string.match(found[i], '^([^:]+):0*(%d+):')
  result[#result + 1] = found[i]
  result[#result + 1] = redis.call('HGET', PART .. 'hold:' .. order .. ':' .. number, 'gen')
  result[#result + 1] = text(tonumber(found[i + 1]))
end
return answer(result)
