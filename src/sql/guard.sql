\echo Use "CREATE EXTENSION gb_enums" to load this file. \quit

