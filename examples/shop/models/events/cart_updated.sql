-- However often a cart changes, `throttle` in the YAML file lets one event an hour pass.
SELECT c.id AS cart_id,
       c.customer_id,
       c.updated_at,
       c.cart_value,
       c.item_count
  FROM carts c
 WHERE c.customer_id IS NOT NULL
   AND c.item_count > 0
   AND c.updated_at >= :since
   /* scope: c.id */
