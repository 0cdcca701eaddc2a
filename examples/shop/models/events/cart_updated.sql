-- Throttled: one event for each cart and hour, however often it changes.
SELECT c.id AS cart_id,
       DATE_FORMAT(c.updated_at, '%Y-%m-%d %H:00:00') AS cart_hour,
       c.customer_id,
       c.updated_at,
       c.cart_value,
       c.item_count
  FROM carts c
 WHERE c.customer_id IS NOT NULL
   AND c.item_count > 0
   AND c.updated_at >= :since
