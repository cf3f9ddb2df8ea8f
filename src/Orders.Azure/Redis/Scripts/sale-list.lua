-- with: sale, sale-epoch
-- Lists reservations by name.
--
-- ARGV 3  after this name; '' from the beginning
--      4  how many at the most
--
-- Returns {name, {fields in the order of sale.lua}, name, …}
local result = {}
for _, name in ipairs(redis.call('ZRANGEBYLEX', PART .. 'holds', ARGV[3] == '' and '-' or '(' .. ARGV[3], '+', 'LIMIT', 0, ARGV[4])) do
  local order, number = string.match(name, '^([^:]+):0*(%d+):')
  result[#result + 1] = name
  result[#result + 1] = told(PART .. 'hold:' .. order .. ':' .. number)
end
return answer(result)
