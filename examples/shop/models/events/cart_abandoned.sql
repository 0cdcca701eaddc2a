-- Quiet for 30 minutes, not empty, not ordered. The time of the last change is part of the id:
-- a cart that is filled again can be abandoned again.
SELECT c.id AS cart_id,
       c.updated_at AS cart_updated_at,
       c.customer_id,
       c.updated_at + INTERVAL 30 MINUTE AS abandoned_at,
       c.cart_value,
       c.item_count
  FROM carts c
 WHERE c.customer_id IS NOT NULL
   AND c.item_count > 0
   AND c.ordered_at IS NULL
   AND c.updated_at >= :since
   AND c.updated_at <= :now - INTERVAL 30 MINUTE
