-- One row per cart; what is abandoned, the YAML file says. :since is as far back as carts can still fire.
SELECT c.id AS cart_id,
       c.customer_id,
       c.updated_at,
       c.ordered_at,
       c.item_count,
       c.cart_value,
       GROUP_CONCAT(i.name ORDER BY i.quantity * i.unit_price DESC, i.id SEPARATOR '|') AS top_items
  FROM carts c
  LEFT JOIN cart_items i ON i.cart_id = c.id
 WHERE c.customer_id IS NOT NULL
   AND c.updated_at >= :since
 GROUP BY c.id, c.customer_id, c.updated_at, c.ordered_at, c.item_count, c.cart_value
