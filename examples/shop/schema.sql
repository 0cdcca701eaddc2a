-- The shop's tables, for the tests of the contract (`millrace test`). Yours come from
--   mysqldump --no-data --skip-triggers DATABASE TABLES… > schema.sql

CREATE TABLE customers (
  id INT UNSIGNED NOT NULL PRIMARY KEY,
  email VARCHAR(190) NOT NULL,
  first_name VARCHAR(100) NULL,
  email_consent TINYINT(1) NULL,
  email_consent_at DATETIME NULL,
  sms_opt_in TINYINT(1) NULL,
  sms_opt_in_at DATETIME NULL,
  created_at DATETIME NOT NULL
);

CREATE TABLE orders (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  customer_id INT UNSIGNED NULL,
  guest_email VARCHAR(190) NULL,
  status ENUM('pending', 'paid', 'cancelled', 'refunded') NOT NULL,
  currency CHAR(3) NOT NULL,
  total DECIMAL(12,2) NOT NULL,
  placed_at DATETIME NOT NULL,
  paid_at DATETIME NULL,
  KEY by_customer (customer_id, status, paid_at, total),
  KEY by_payment (paid_at)
);

CREATE TABLE order_items (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  order_id BIGINT UNSIGNED NOT NULL,
  category VARCHAR(40) NOT NULL,
  name VARCHAR(100) NOT NULL,
  quantity INT NOT NULL,
  unit_price DECIMAL(10,2) NOT NULL,
  KEY by_order (order_id)
);

CREATE TABLE refunds (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  order_id BIGINT UNSIGNED NOT NULL,
  amount DECIMAL(12,2) NOT NULL,
  reason VARCHAR(200) NULL,
  refunded_at DATETIME NOT NULL,
  KEY by_order (order_id)
);

CREATE TABLE carts (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  customer_id INT UNSIGNED NULL,
  item_count INT NOT NULL,
  cart_value DECIMAL(12,2) NOT NULL,
  updated_at DATETIME NOT NULL,
  checkout_started_at DATETIME NULL,
  ordered_at DATETIME NULL,
  KEY by_customer (customer_id),
  KEY by_update (updated_at)
);

CREATE TABLE cart_items (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  cart_id BIGINT UNSIGNED NOT NULL,
  name VARCHAR(100) NOT NULL,
  quantity INT NOT NULL,
  unit_price DECIMAL(10,2) NOT NULL,
  KEY by_cart (cart_id)
);

CREATE TABLE subscriptions (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  customer_id INT UNSIGNED NOT NULL,
  plan VARCHAR(40) NOT NULL,
  status ENUM('active', 'paused', 'canceled') NOT NULL,
  started_at DATETIME NOT NULL,
  canceled_at DATETIME NULL,
  KEY by_customer (customer_id)
);
