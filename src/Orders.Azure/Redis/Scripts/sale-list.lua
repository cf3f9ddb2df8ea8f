-- with: sale
-- Lists reservations by name.
--
-- ARGV 1  after this name; '' from the beginning
--      2  how many at the most
--
-- Returns {name, {fields in the order of sale.lua}, name, …}
local result = {}
for _, name in ipairs(redis.call('ZRANGEBYLEX', PART .. 'holds', ARGV[1] == '' and '-' or '(' .. ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  local order, number = string.match(name, '^([^:]+):0*(%d+):')
  result[#result + 1] = name
  result[#result + 1] = told(PART .. 'hold:' .. order .. ':' .. number)
end
return result
