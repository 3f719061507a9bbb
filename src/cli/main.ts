#!/usr/bin/env node
console.log('regulus');
