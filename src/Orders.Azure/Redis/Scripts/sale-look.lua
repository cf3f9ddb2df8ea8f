-- with: sale, sale-epoch
-- The counters of a part and what is on its way from it.
--
-- ARGV    none
--
-- Returns {quantity, held, sold, perBuyer, moves, transfer, '<part>:<units>', …}
local quantity, held, sold = counts()
local result = {text(quantity), text(held), text(sold)}
for _, value in ipairs(redis.call('HMGET', KEYS[1], 'perBuyer', 'moves')) do result[#result + 1] = value end
for _, value in ipairs(redis.call('HGETALL', PART .. 'out')) do result[#result + 1] = value end
return answer(result)
