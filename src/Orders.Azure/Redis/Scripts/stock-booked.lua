-- with: stock
-- Forgets the movements that the ledger has booked, of an epoch that has ended too.
--
-- ARGV 4  up to this number
--
-- Returns {'DONE', 0, movements that still wait}
redis.call('XTRIM', SPACE .. 'movements', 'MINID', text(tonumber(ARGV[4]) + 1) .. '-0')
return {'DONE', 0, redis.call('XLEN', SPACE .. 'movements')}
