-- Puts a SKU, as the ledger knows it, into an epoch that is not published yet. What is held is counted by the holds.
--
-- KEYS 1  {stock}:<epoch>:sku:<sku>
-- ARGV 1  stock
--      2  sold
--      3  backorder
--      4  cap per user; '' for none
--      5  unpaid orders before the short window; '' for none
--      6  the short window in microseconds; '' for none
--
-- Returns 1
redis.call('HSET', KEYS[1], 'stock', ARGV[1], 'held', '0', 'sold', ARGV[2], 'backorder', ARGV[3], 'cap', ARGV[4], 'unpaid', ARGV[5], 'window', ARGV[6], 'v', '0')
return 1
