SELECT c.id AS cart_id,
       c.customer_id,
       c.checkout_started_at,
       c.cart_value
  FROM carts c
 WHERE c.customer_id IS NOT NULL
   AND c.checkout_started_at >= :since
   /* scope: c.id */
